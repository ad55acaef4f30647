FROM python:3.11-slim

RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /srv/sluice

# The dependencies change rarely and are a layer of their own.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project

COPY . .
RUN uv sync --frozen --no-dev \
    && useradd --create-home --uid 10001 sluice \
    && install -d -o sluice /var/lib/sluice /var/lib/sluice/attachments

USER sluice
ENV PATH=/srv/sluice/.venv/bin:$PATH SLUICE_HOME=/var/lib/sluice SLUICE_HOST=0.0.0.0
ENTRYPOINT ["sluice"]
CMD ["up"]
