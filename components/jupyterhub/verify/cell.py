import os, uuid, boto3, psycopg

s3, key = boto3.client("s3"), "verify-" + uuid.uuid4().hex
s3.put_object(Bucket="checkpoints", Key=key, Body=b"flour")
print("lake:", s3.get_object(Bucket="checkpoints", Key=key)["Body"].read().decode())
s3.delete_object(Bucket="checkpoints", Key=key)
with psycopg.connect() as database:
    print("database:", database.execute("select 6 * 7").fetchone()[0])
