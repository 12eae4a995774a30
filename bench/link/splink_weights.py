"""Trains a model with Splink 5, saves it, and scores pairs: for splink-weights.ts."""

import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

folder = sys.argv[1]
connection = duckdb.connect()
api = DuckDBAPI(connection=connection)
settings = SettingsCreator(
    link_type="link_only",
    unique_id_column_name="id",
    comparisons=[
        cl.NameComparison("forename"),
        cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.LevenshteinAtThresholds("birthplace", [1]).configure(term_frequency_adjustments=True),
        cl.JaccardAtThresholds("postcode", [0.9, 0.5]),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("surname"),
        block_on("birth_date"),
        "l.forename = r.forename and substr(l.postcode, 1, 2) = substr(r.postcode, 1, 2)",
    ],
)
frames = []
for side in ("left", "right"):
    connection.execute(f"create table {side}_people as select * exclude (person) from '{folder}/{side}.parquet'")
    frames.append(api.register(f"{side}_people", dataset_display_name=f"{side}_people"))
linker = Linker(frames, settings, log_level=None)
linker.training.estimate_probability_two_random_records_match(
    [block_on("forename", "surname", "birth_date")], recall=0.7
)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("forename", "surname"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date"))
linker.misc.save_model_to_json(f"{folder}/splink-model.json", overwrite=True)
found = linker.inference.predict(threshold_match_weight=0)
connection.execute(
    f"copy (select id_l, id_r, match_weight from {found.physical_name}) to '{folder}/splink.parquet' (format parquet)"
)
