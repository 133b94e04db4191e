from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def tell_again(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words such as particulier were taken for a business: the copies are made again."""
    apps.get_model("ledger", "Copies").objects.update(versions={})


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("ledger", "0005_copies")]

    operations = [migrations.RunPython(tell_again, migrations.RunPython.noop)]
