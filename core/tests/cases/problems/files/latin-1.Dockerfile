FROM debian:12.8
LABEL ort="Zürich"
USER 1000
RUM echo
