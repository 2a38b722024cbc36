{{/* The same file in the charts spark, spark-operator and jupyterhub: what a job gets by itself. `account` is the driver's. */}}

{{/* Settings as a map, so that $values.settings can replace any of them. */}}
{{- define "spark.conf" -}}
{{- $values := .values | default .root.Values }}
{{- $conf := dict
  "spark.kubernetes.namespace" .root.Release.Namespace
  "spark.kubernetes.container.image" .image
  "spark.kubernetes.container.image.pullPolicy" "IfNotPresent"
  "spark.kubernetes.authenticate.driver.serviceAccountName" .account
  "spark.kubernetes.authenticate.executor.serviceAccountName" (printf "%s-executor" .account)
  "spark.kubernetes.driver.podTemplateFile" "/etc/spark/pod.yaml"
  "spark.kubernetes.executor.podTemplateFile" "/etc/spark/pod.yaml"
  "spark.kubernetes.driver.request.cores" $values.driver.requestCores
  "spark.kubernetes.executor.request.cores" $values.executor.requestCores
  "spark.driver.memory" $values.driver.memory
  "spark.executor.instances" (toString $values.executor.instances)
  "spark.executor.cores" "1"
  "spark.executor.memory" $values.executor.memory
  "spark.kubernetes.driver.annotation.prometheus.io/scrape" "true"
  "spark.kubernetes.driver.annotation.prometheus.io/port" "4040"
  "spark.kubernetes.driver.annotation.prometheus.io/path" "/metrics/executors/prometheus/"
  "spark.ui.prometheus.enabled" "true"
  "spark.eventLog.enabled" "true"
  "spark.eventLog.dir" $values.eventLog
  "spark.history.fs.logDirectory" $values.eventLog
  "spark.history.fs.update.interval" "5s"
  "spark.hadoop.fs.s3a.endpoint" $values.s3.endpoint
  "spark.hadoop.fs.s3a.endpoint.region" $values.s3.region
  "spark.hadoop.fs.s3a.path.style.access" (toString $values.s3.pathStyle)
  "spark.hadoop.fs.s3a.aws.credentials.provider" "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider"
}}
{{- range $role := list "driver" "executor" }}
{{- range $key := list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
{{- $_ := set $conf (printf "spark.kubernetes.%s.secretKeyRef.%s" $role $key) (printf "%s:%s" $values.s3.secret $key) }}
{{- end }}
{{- end }}
{{- with .root.Values.imagePullSecrets }}
{{- $names := list }}{{- range . }}{{- $names = append $names .name }}{{- end }}
{{- $_ := set $conf "spark.kubernetes.container.image.pullSecrets" (join "," $names) }}
{{- end }}
{{- range $key, $value := merge (dict) $values.settings $conf }}
{{ $key }} {{ $value }}
{{- end }}
{{- end }}

{{/* A pod template for drivers and executors, whoever starts them. */}}
{{- define "spark.pod" -}}
apiVersion: v1
kind: Pod
metadata:
  labels:
    app.kubernetes.io/part-of: data-mill
    datamill.dev/component: {{ .Chart.Name }}
spec:
  enableServiceLinks: false
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: spark
      securityContext:
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
{{- end }}

{{/* The accounts of drivers and executors, and what a driver may do. */}}
{{- define "spark.accounts" -}}
{{- $metadata := dict "root" .root "suffix" .suffix }}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "platform.metadata" $metadata | nindent 2 }}
automountServiceAccountToken: true
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "platform.metadata" (dict "root" .root "suffix" (.suffix | default "driver")) | nindent 2 }}
rules:
  - {apiGroups: [""], resources: [pods], verbs: [get, list, watch, create, delete, deletecollection]}
  - {apiGroups: [""], resources: [configmaps, services], verbs: [get, list, create, patch, delete, deletecollection]}
  - {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [list, deletecollection]}
  # Spark shields the executors of each application from all others
  - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [create, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "platform.metadata" (dict "root" .root "suffix" (.suffix | default "driver")) | nindent 2 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .root.Release.Name }}-{{ .suffix | default "driver" }}}
subjects:
  - {kind: ServiceAccount, name: {{ .account }}, namespace: {{ .root.Release.Namespace }}}
---
# Executors talk to their driver and to the lake, never to Kubernetes.
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "platform.metadata" (dict "root" .root "suffix" (.suffix | default "" | printf "%s-executor" | trimPrefix "-")) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
