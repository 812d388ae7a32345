# SPDX-License-Identifier: Apache-2.0
# How a part of Segue is declared. A folder's CMakeLists.txt reads as: its files, what it depends on.

add_library(segue_flags INTERFACE)
target_include_directories(segue_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(segue_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion -fno-omit-frame-pointer)
# Debug information of line tables only: a full build is a third faster and the crash traces are the same.
target_compile_options(segue_flags INTERFACE -g1 -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(SEGUE_SANITIZE)
  target_compile_options(segue_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(segue_flags INTERFACE -fsanitize=address,undefined)
endif()
if(SEGUE_THREAD_SANITIZE)
  target_compile_options(segue_flags INTERFACE -fsanitize=thread)
  target_link_options(segue_flags INTERFACE -fsanitize=thread)
endif()
if(SEGUE_FUZZ)
  target_compile_options(segue_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(segue_flags INTERFACE -fsanitize=address,undefined)
endif()

# segue_library(NAME sources... DEPENDS targets...)
function(segue_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC segue_flags ${ARG_DEPENDS})
endfunction()

# What a user runs, and nothing that only a test or a benchmark needs: the target `product`, and what is installed.
include(GNUInstallDirs)
add_custom_target(product)

# man1/PROGRAM.1, by the program itself as it is installed: its own option table is the only source.
function(install_manual name)
  install(CODE "
    set(manual \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man1\")
    file(MAKE_DIRECTORY \"\${manual}\")
    message(STATUS \"Installing: \${manual}/${name}.1\")
    execute_process(COMMAND $<TARGET_FILE:${name}> --man OUTPUT_FILE \"\${manual}/${name}.1\" COMMAND_ERROR_IS_FATAL ANY)")
endfunction()

# segue_program(NAME sources... DEPENDS targets...): bin/NAME. `segue` and `segue-VERB` belong to the product.
function(segue_program name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE segue_flags ${ARG_DEPENDS})
  if(name STREQUAL segue)
    add_dependencies(product ${name})
    install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_BINDIR})
    install_manual(${name})
  elseif(name MATCHES "^segue-")
    add_dependencies(product ${name})
    install(TARGETS ${name} DESTINATION libexec/segue)
    install_manual(${name})
  endif()
endfunction()

# segue_fuzzer(NAME source CORPUS folder DEPENDS targets...): built with -DSEGUE_FUZZ=ON only (clang, target `fuzzers`); as a test it
# replays the committed corpus and then searches for SEGUE_FUZZ_SECONDS (of the environment; 15 unless told).
if(SEGUE_FUZZ)
  add_custom_target(fuzzers)
endif()
function(segue_fuzzer name source)
  cmake_parse_arguments(ARG "" "CORPUS" "DEPENDS" ${ARGN})
  if(NOT SEGUE_FUZZ)
    return()
  endif()
  add_executable(${name} ${source})
  add_dependencies(fuzzers ${name})
  target_link_libraries(${name} PRIVATE segue_flags ${ARG_DEPENDS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set(found ${CMAKE_BINARY_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME fuzz/${name}
    COMMAND sh -c "exec \"$0\" -max_total_time=\"\${SEGUE_FUZZ_SECONDS:-15}\" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \"$@\""
            $<TARGET_FILE:${name}> ${found} ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
endfunction()
