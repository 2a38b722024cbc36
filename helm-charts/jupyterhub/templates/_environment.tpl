{{/* The environment of a notebook, as KubeSpawner wants it: the same names as in the debug pod. */}}
{{- define "jupyterhub.environment" -}}
{{- $env := dict "POD_NAMESPACE" .Release.Namespace }}
{{- $_ := set $env "POD_NAME" (dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name"))) }}
{{- $_ := set $env "POD_IP" (dict "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.podIP"))) }}
{{- with .Values.s3 }}{{ if .endpoint }}
{{- $_ := set $env "S3_ENDPOINT" .endpoint }}
{{- $_ := set $env "AWS_ENDPOINT_URL_S3" .endpoint }}
{{- $_ := set $env "AWS_REGION" .region }}
{{- $_ := set $env "AWS_DEFAULT_REGION" .region }}
{{- $_ := set $env "S3_ADDRESSING" (ternary "path" "auto" (eq (toString .pathStyle) "true")) }}
{{- range $key := list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
{{- $_ := set $env $key (dict "valueFrom" (dict "secretKeyRef" (dict "name" $.Values.s3.secret "key" $key))) }}
{{- end }}
{{- end }}{{ end }}
{{- with .Values.jdbc }}{{ if .host }}
{{- $_ := set $env "PGHOST" .host }}
{{- $_ := set $env "PGPORT" (toString .port) }}
{{- $_ := set $env "PGDATABASE" .database }}
{{- range $name, $key := dict "PGUSER" "username" "PGPASSWORD" "password" }}
{{- $_ := set $env $name (dict "valueFrom" (dict "secretKeyRef" (dict "name" $.Values.jdbc.secret "key" $key))) }}
{{- end }}
{{- end }}{{ end }}
{{- with .Values.dask.scheduler }}
{{- $_ := set $env "DASK_SCHEDULER_ADDRESS" . }}
{{- end }}
{{- with .Values.kafka.bootstrap }}
{{- $_ := set $env "KAFKA_BOOTSTRAP_SERVERS" . }}
{{- end }}
{{- with .Values.spark.master }}
{{- $_ := set $env "SPARK_MASTER" . }}
{{- $_ := set $env "SPARK_CONF_DIR" "/etc/spark" }}
{{- $_ := set $env "SPARK_LOCAL_HOSTNAME" "$(POD_IP)" }}
{{- $_ := set $env "PYSPARK_SUBMIT_ARGS" "--conf spark.kubernetes.driver.pod.name=$(POD_NAME) pyspark-shell" }}
{{- end }}
{{- toJson (merge (dict) .Values.notebook.env $env) }}
{{- end }}
