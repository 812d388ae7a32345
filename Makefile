# SPDX-License-Identifier: Apache-2.0
# Two commands: `make run` and `make test`. Both install what is missing (scripts/setup.sh), build, and can be repeated. `make run` builds
# the product only; tests need more packages and more time.
SHELL := /bin/bash
BUILD ?= build
export SEGUE_HOME ?= $(CURDIR)/var
export SEGUE_PORT ?= 8080

export MEDIA

.PHONY: run stop test build product install clean

run: product
	@scripts/run.sh

stop:
	@if [ -x ./segue ]; then ./segue down; fi

test: build
	@scripts/test.sh

build:
	@scripts/setup.sh test
	@scripts/build.sh $(BUILD)

product:
	@scripts/setup.sh run
	@scripts/build.sh $(BUILD) product

# PREFIX=/usr/local unless told
install: product
	cmake --install $(BUILD) $(if $(PREFIX),--prefix $(PREFIX))

clean:
	rm -rf $(BUILD)
