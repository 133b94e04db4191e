from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def copy_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What the copies lack comes in when they are made again."""
    apps.get_model("ledger", "Copies").objects.update(run=None)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_copies"),
        ("segments", "0004_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="clv_after_service",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("prospect", True)),
                fields=["-potential", "customer"],
                name="stand_potential",
            ),
        ),
        migrations.RunPython(copy_again, migrations.RunPython.noop),
    ]
