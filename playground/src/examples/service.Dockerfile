# A small web service, as it is often written.
FROM python:latest

MAINTAINER ops@example.com

WORKDIR app
ADD requirements.txt .
COPY . .

RUN apt-get update && apt-get install curl
RUN pip install -r requirements.txt
RUN cd /srv && curl -s https://example.com/setup.sh | sh

ENV DATABASE_PASSWORD=correct-horse-battery-staple
EXPOSE 22 8080
CMD python -m app
