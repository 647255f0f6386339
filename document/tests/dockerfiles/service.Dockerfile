# syntax=docker/dockerfile:1
# check=error=true

ARG GO_VERSION=1.24
ARG REGISTRY

FROM --platform=$BUILDPLATFORM ${REGISTRY:-docker.io}/library/golang:${GO_VERSION}-alpine AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    # modules first, they change seldom
    go mod download

COPY . .
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=bind,source=.git,target=.git \
    CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -ldflags "-s -w -X main.version=$(git describe)" -o /out/service ./cmd/service

FROM build AS test
RUN go test ./...

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="service" \
      org.opencontainers.image.description="A service with 'quotes'"
ENV PORT=8080 \
    LOG_LEVEL=info
EXPOSE ${PORT}/tcp
COPY --from=build --chown=nonroot:nonroot /out/service /service
HEALTHCHECK --interval=30s --timeout=3s CMD ["/service", "-check"]
STOPSIGNAL SIGTERM
USER nonroot
ENTRYPOINT ["/service"]
CMD ["-serve"]
