"""Writes numbers to the lake in parts, reads them back on an executor, adds them up, and takes them away again."""
import uuid

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
place = f"s3a://checkpoints/verify-{uuid.uuid4().hex}"
try:
    spark.range(100_000).selectExpr("id", "id % 7 as part").write.partitionBy("part").parquet(place)
    back = spark.read.parquet(place)
    count, total = back.selectExpr("count(*)", "sum(id)").first()
    assert (count, total) == (100_000, 4_999_950_000), (count, total)
    print("100000 rows written to the lake and read back", flush=True)
finally:
    path = spark._jvm.org.apache.hadoop.fs.Path(place)
    path.getFileSystem(spark._jsc.hadoopConfiguration()).delete(path, True)
print("application", spark.sparkContext.applicationId, flush=True)
spark.stop()
