import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("curation", "0008_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkerProcess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("host", models.CharField(max_length=120)),
                ("pid", models.PositiveIntegerField()),
                ("queues", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("heartbeat_at", models.DateTimeField()),
                ("stopping", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name_plural": "worker processes",
                "ordering": ["pk"],
            },
        ),
    ]
