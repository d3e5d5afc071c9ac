from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="StoryStep",
            fields=[
                ("no", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("lines", models.JSONField()),
                ("facts", models.JSONField()),
            ],
            options={"ordering": ["no"]},
        ),
    ]
