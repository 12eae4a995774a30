"""Splink 5 at the work of two-files.ts: the same rules, levels and sessions. Writes splink.parquet and splink.json."""

import json
import sys
import time
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

folder = Path(sys.argv[1])
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute("set memory_limit = '12GB'")
api = DuckDBAPI(connection=connection)
RULES = [
    ("birth_date",),
    ("surname", "substr(birth_date, 1, 3)"),
    ("forename", "substr(birth_date, 1, 7)"),
    ("birthplace", "substr(birth_date, 1, 4)"),
    ("forename", "postcode"),
]
settings = SettingsCreator(
    link_type="link_only",
    unique_id_column_name="id",
    comparisons=[
        cl.JaroWinklerAtThresholds("forename", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        cl.ExactMatch("sex"),
        cl.ExactMatch("birthplace").configure(term_frequency_adjustments=True),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ],
    blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)
for side in ("left", "right"):
    connection.execute(f"create table {side}_people as select * exclude (person) from '{folder}/{side}.parquet'")
started = time.perf_counter()
frames = [
    api.register(f"{side}_people", dataset_display_name=f"{side}_people") for side in ("left", "right")
]
linker = Linker(frames, settings, log_level=None)
linker.training.estimate_probability_two_random_records_match(
    [block_on("forename", "surname", "birth_date")], recall=0.7
)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("forename", "surname"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "birthplace"))
trained = time.perf_counter()
found = linker.inference.predict(threshold_match_probability=0.5)
predicted = time.perf_counter()
connection.execute(
    f"""copy (select id_l, id_r, match_weight from {found.physical_name})
        to '{folder}/splink.parquet' (format parquet)"""
)
times = {"training": round(trained - started, 1), "predict": round(predicted - trained, 1)}
(folder / "splink.json").write_text(json.dumps(times))
