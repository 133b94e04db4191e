import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="copies",
            name="counted",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="copies",
            name="day",
            field=models.DateField(default=django.utils.timezone.localdate),
        ),
        migrations.AddField(
            model_name="copies",
            name="decisions",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
