# One image for every part: migrate, web, worker, beat. What it runs is said in docker-compose.yml.
FROM python:3.12-slim-bookworm

RUN useradd --create-home --uid 10001 ksdd \
    && install -d -m 700 -o ksdd -g ksdd /data /backup
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY processes ./processes
COPY worker ./worker
COPY webhooks ./webhooks
# Readable by uid 10001 whatever the mask of the checkout was, and compiled here: on a read-only root no
# process could keep what it compiled, and every health check would do it anew.
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && python -m compileall -q processes worker webhooks \
    && chmod -R a+rX /app

USER 10001
ENV KSDD_DATA=/data KSDD_HOST=0.0.0.0 KSDD_PORT=8000 PYTHONUNBUFFERED=1
VOLUME /data /backup
EXPOSE 8000
CMD ["ksdd", "web"]
