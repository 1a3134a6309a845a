"""The tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    """Plans, decisions, signatures, results and the log."""

    initial = True
    operations = (
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("account", models.CharField(max_length=150)),
                ("kind", models.CharField(max_length=10)),
                ("quarter", models.CharField(max_length=6)),
                ("payload", models.TextField()),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("quarter", models.CharField(max_length=6)),
                ("number", models.PositiveIntegerField()),
                ("visits", models.TextField()),
                ("manifest", models.TextField()),
                ("effects", models.TextField()),
                ("price", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("quarter", "number"), name="ledger_one_version")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("quarter", models.CharField(max_length=6)),
                ("action", models.CharField(max_length=10)),
                ("enterprise_id", models.TextField()),
                ("value", models.CharField(max_length=10)),
                ("reason_code", models.CharField(max_length=30)),
                ("text", models.TextField()),
                (
                    "withdraws",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn",
                        to="ledger.decision",
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.planversion"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("quarter", models.CharField(max_length=6)),
                ("enterprise_id", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("payload", models.TextField()),
                ("file_hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("quarter", "enterprise_id", "version"), name="ledger_one_result")
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("quarter", models.CharField(max_length=6)),
                ("step", models.CharField(max_length=10)),
                ("note", models.TextField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="ledger.planversion"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "step"), name="ledger_one_step")],
            },
        ),
    )
