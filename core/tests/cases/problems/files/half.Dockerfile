FROM debian:12.8
LABEL a="í ½" b=c
ENV X=1 \
