#!/bin/sh
# Formats the volume once, with a cluster id of its own, and becomes the server.
set -eu
export CLASSPATH="/opt/kafka/libs/*"
config=/etc/kafka/server.properties
if [ ! -s /data/log/meta.properties ]; then
  id=$(java -Xmx64m kafka.tools.StorageTool random-uuid 2>/dev/null | tail -1)
  java -Xmx128m kafka.tools.StorageTool format --ignore-formatted --cluster-id "$id" --config "$config"
fi
agent=$(ls /opt/kafka/metrics/*.jar 2>/dev/null | head -1 || true)
exec java "-Xms$KAFKA_HEAP" "-Xmx$KAFKA_HEAP" -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError \
  "-Dlog4j2.configurationFile=/etc/kafka/log4j2.yaml" \
  ${agent:+"-javaagent:$agent=9404:/etc/kafka/metrics.yaml"} \
  kafka.Kafka "$config"
