{{- define "herald.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* A release that is called "herald" gives its name alone. */}}
{{- define "herald.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "herald.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "herald.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "herald.selector" -}}
app.kubernetes.io/name: {{ include "herald.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "herald.labels" -}}
{{ include "herald.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "herald.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "herald.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "herald.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{- define "herald.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "herald.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "herald.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .from.name }}
      key: {{ .from.key }}
{{- end -}}

{{/* A label for each role, for Services to select by. */}}
{{- define "herald.roleLabels" -}}
{{- range .roles }}
herald/{{ . }}: "yes"
{{- end }}
{{- end -}}

{{/* Without a worker, say, messages would be stored and never sent. */}}
{{- define "herald.checkRoles" -}}
{{- $have := list -}}
{{- range .Values.deployments -}}
{{- if .enabled -}}{{- $have = concat $have .roles -}}{{- end -}}
{{- end -}}
{{- range list "hooks" "worker" "sweeper" -}}
{{- if not (has . $have) -}}
{{- fail (printf "no enabled entry of deployments has the role %q" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Where commands can be run. */}}
{{- define "herald.someDeployment" -}}
{{- $enabled := list -}}
{{- range $name, $set := .Values.deployments -}}
{{- if $set.enabled -}}{{- $enabled = append $enabled $name -}}{{- end -}}
{{- end -}}
{{- first $enabled -}}
{{- end -}}
