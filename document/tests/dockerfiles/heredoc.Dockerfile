FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN <<EOF
apt-get update
# not a comment of the Dockerfile
apt-get install -y --no-install-recommends \
  curl
EOF
COPY <<one.conf <<-"TWO" /etc/service/
listen ${PORT}
one.conf
	raw $PORT
	TWO
RUN cat <<A && cat <<B
FROM here
A
RUN there
B
ONBUILD COPY . /src
VOLUME /var/lib/service /var/log/service
VOLUME ["/srv"]
MAINTAINER Someone <someone@example.com>
