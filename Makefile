# SPDX-License-Identifier: Apache-2.0
# Two commands: `make run` and `make test`. Both install what is missing (scripts/setup.sh), build, and can be repeated.
SHELL := /bin/bash
BUILD ?= build
export SEGUE_HOME ?= $(CURDIR)/var
export SEGUE_PORT ?= 8080

.PHONY: run stop test build setup install clean

run: build
	@scripts/run.sh $(MEDIA)

stop:
	@if [ -x ./segue ]; then ./segue down; fi

test: build
	@scripts/test.sh

build: setup
	@scripts/build.sh $(BUILD)

setup:
	@scripts/setup.sh

install: build
	cmake --install $(BUILD)

clean:
	rm -rf $(BUILD)
