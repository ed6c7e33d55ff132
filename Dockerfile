# Two stages: the first installs, builds the model and indexes corpus/; the second only
# answers. Nothing is downloaded when the service runs, and nothing but its state is
# written: it runs as uid 10001 with
#
#   docker run --read-only --tmpfs /tmp -v coi-qa-state:/var/lib/coi_qa -p 8000:8000 coi-qa
#
# Only plain RUN lines (no heredocs, no --mount): docker/replay.py carries them out on a
# machine without an engine.

FROM python:3.11-slim-bookworm AS builder

# pip's own variables as build arguments: a mirror, or where to find a CPU build of torch.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_FIND_LINKS

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH

WORKDIR /opt/build
RUN python -m venv /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
# The dependencies alone first: a change in src/ leaves this layer as it is.
RUN mkdir -p src/coi_qa \
    && touch src/coi_qa/__init__.py \
    && pip install -c constraints.txt . \
    && pip uninstall --yes coi-qa \
    && rm -r src
COPY src ./src
RUN pip install --no-deps . \
    && pip check

ENV COI_QA_INDEXES_DIR=/opt/coi_qa/indexes \
    COI_QA_MODEL_CACHE=/opt/coi_qa/models \
    COI_QA_STATE_DIR=/tmp/coi_qa \
    HF_HUB_OFFLINE=1 \
    TRANSFORMERS_OFFLINE=1

WORKDIR /opt/coi_qa
COPY corpus ./corpus
RUN coi-qa index /opt/coi_qa/corpus --indexes /opt/coi_qa/indexes \
    && chmod -R a+rX,go-w /opt/coi_qa /opt/venv


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="coi-qa" \
      org.opencontainers.image.licenses="Apache-2.0"

ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/var/lib/coi_qa \
    HF_HUB_OFFLINE=1 \
    TRANSFORMERS_OFFLINE=1 \
    TOKENIZERS_PARALLELISM=false \
    COI_QA_INDEXES_DIR=/opt/coi_qa/indexes \
    COI_QA_MODEL_CACHE=/opt/coi_qa/models \
    COI_QA_STATE_DIR=/var/lib/coi_qa

COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/coi_qa /opt/coi_qa
RUN mkdir -p /var/lib/coi_qa \
    && chown 10001:10001 /var/lib/coi_qa \
    && chmod 0700 /var/lib/coi_qa

WORKDIR /opt/coi_qa
USER 10001:10001
VOLUME /var/lib/coi_qa
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["coi-qa", "serve", "--host", "0.0.0.0", "--port", "8000"]
