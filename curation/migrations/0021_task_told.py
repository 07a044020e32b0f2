"""What the front was told about a task; before, it was not written down."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

MANY = 32_767  # the column's most: no task was asked for more, so all of it is looked at again


def note_what_may_have_been_told(apps, schema_editor):
    """Tasks that go to more people than others, or that were asked again of others."""
    tasks = apps.get_model("curation", "Task").objects
    annotations = apps.get_model("curation", "Annotation").objects
    first = Coalesce(F("round__first_overlap"), F("round__overlap"))
    set_aside = annotations.filter(
        task=OuterRef("pk"), annotator__actions__kind="requeued"
    )
    told = tasks.filter(
        Q(due__gt=0, votes__gte=first) | Exists(set_aside),
        round__front="label_studio",
        round__state="open",
        purpose="vote",
        remote_id__isnull=False,
    )
    tasks.filter(pk__in=told.values("pk")).update(told=MANY)


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0020_summary_method'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='told',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(note_what_may_have_been_told, migrations.RunPython.noop),
    ]
