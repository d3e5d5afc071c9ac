"""What the demonstration has already done, so that a second run goes on where the first one stood."""

from django.db import models


class StoryStep(models.Model):
    """A step of the story, written in the same transaction as what it tells."""

    no = models.PositiveSmallIntegerField(primary_key=True)
    title = models.CharField(max_length=120)
    at = models.DateTimeField()
    lines = models.JSONField()
    facts = models.JSONField()

    write_policy = "append_only"

    class Meta:
        ordering = ["no"]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"
