FROM debian:12 AS a
USER APP
# hadolint ignore=DL3004
RUN sudo make
# hullmark ignore=latest-base-image
FROM a
