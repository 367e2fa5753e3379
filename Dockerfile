# One image for every part: web, worker, beat. What it runs is said in docker-compose.yml.
FROM python:3.12-slim-bookworm

RUN useradd --create-home --uid 10001 ksdd && mkdir -p /data && chown ksdd:ksdd /data
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY processes ./processes
COPY worker ./worker
COPY webhooks ./webhooks
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

USER ksdd
ENV KSDD_DATA=/data KSDD_HOST=0.0.0.0 KSDD_PORT=8000 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
CMD ["ksdd", "web"]
