{{- define "herald.mounts" -}}
{{- if or .Values.providers .Values.providerSecret .Values.extraVolumeMounts -}}
volumeMounts:
{{- if .Values.providers }}
  - name: providers
    mountPath: /etc/herald
    readOnly: true
{{- end }}
{{- if .Values.providerSecret }}
  - name: provider-secrets
    mountPath: /run/secrets/herald
    readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "herald.volumes" -}}
{{- if or .Values.providers .Values.providerSecret .Values.extraVolumes -}}
volumes:
{{- if .Values.providers }}
  - name: providers
    configMap:
      name: {{ include "herald.fullname" . }}-providers
{{- end }}
{{- if .Values.providerSecret }}
  - name: provider-secrets
    secret:
      secretName: {{ .Values.providerSecret }}
      defaultMode: 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end }}
{{- end -}}
