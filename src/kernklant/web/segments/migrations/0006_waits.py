from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def copy_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What the copies lack comes in when they are made again."""
    apps.get_model("ledger", "Copies").objects.update(run=None)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_decisions_counted"),
        ("segments", "0005_after_service"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="waits",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(copy_again, migrations.RunPython.noop),
    ]
