"""Brings new examples from the lake into the home folder, and becomes the notebook server. A lake that does not answer keeps nobody waiting."""
import os
import pathlib
import sys


def bring_examples():
    import boto3
    from botocore.config import Config

    s3 = boto3.client("s3", config=Config(connect_timeout=3, read_timeout=5, retries={"max_attempts": 1},
                                          s3={"addressing_style": os.environ.get("S3_ADDRESSING", "auto")}))
    folder = pathlib.Path.home() / "examples"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="examples"):
        for item in page.get("Contents", []):
            file = folder / item["Key"]
            if item["Key"].endswith("/") or file.exists() or not file.resolve().is_relative_to(folder.resolve()):
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("examples", item["Key"], str(file))


if os.environ.get("S3_ENDPOINT"):
    try:
        bring_examples()
    except Exception as failure:  # whatever is wrong with the lake, the notebook starts
        print(f"the examples stay in the lake: {failure}", file=sys.stderr)

os.execvp("jupyterhub-singleuser", ["jupyterhub-singleuser", "--ip=0.0.0.0", *sys.argv[1:]])
