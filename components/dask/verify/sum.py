"""Puts two CSV files into the lake, has the workers add up a column, and takes the files away again."""
import os
import uuid

import dask.dataframe as dd
import s3fs
from distributed import Client

lake = s3fs.S3FileSystem(client_kwargs={"endpoint_url": os.environ["AWS_ENDPOINT_URL_S3"]})
folder = f"curated/verify-{uuid.uuid4().hex}"
try:
    for part in range(2):
        with lake.open(f"{folder}/{part}.csv", "w") as file:
            file.write("n\n" + "".join(f"{n}\n" for n in range(part * 1000, part * 1000 + 1000)))
    with Client(os.environ["DASK_SCHEDULER_ADDRESS"], timeout=60) as client:
        client.wait_for_workers(1, timeout=60)
        frame = dd.read_csv(f"s3://{folder}/*.csv", storage_options={"client_kwargs": {"endpoint_url": os.environ["AWS_ENDPOINT_URL_S3"]}})
        total = int(frame.n.sum().compute())
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
    assert total == 1_999_000, total
    print(f"2000 rows added up on {workers} workers")
finally:
    lake.rm(folder, recursive=True)
