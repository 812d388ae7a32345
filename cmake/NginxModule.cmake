# SPDX-License-Identifier: Apache-2.0
# Dynamic modules for the nginx of Debian, from the headers of its package nginx-dev. nginx itself is not built: its configure
# script, run once with Debian's own flags, tells how its headers must be read.
#
# segue_nginx_module(NAME sources... DEPENDS targets...): lib/segue/modules/NAME.so, or nothing where nginx-dev is missing.
set(SEGUE_NGINX_SOURCE /usr/share/nginx/src CACHE PATH "The sources that nginx-dev installs")
set(SEGUE_NGINX_CONFIG ${CMAKE_BINARY_DIR}/nginx)
set(SEGUE_MODULES_FOLDER ${CMAKE_BINARY_DIR}/lib/segue/modules) # as in an installation: <prefix>/lib/segue/modules

set(SEGUE_NGINX OFF)
if(NOT EXISTS ${SEGUE_NGINX_SOURCE}/conf_flags)
  message(STATUS "nginx-dev is not installed: no nginx modules")
elseif(SEGUE_SANITIZE OR SEGUE_THREAD_SANITIZE OR SEGUE_FUZZ)
  message(STATUS "a sanitized module cannot be loaded by Debian's nginx: no nginx modules")
else()
  # Another version of nginx-dev asks for another configuration.
  file(SHA256 ${SEGUE_NGINX_SOURCE}/src/core/nginx.h nginx_version_hash)
  set(stamp ${SEGUE_NGINX_CONFIG}/configured-${nginx_version_hash})
  if(NOT EXISTS ${stamp})
    message(STATUS "configuring nginx's headers")
    file(REMOVE_RECURSE ${SEGUE_NGINX_CONFIG})
    file(MAKE_DIRECTORY ${SEGUE_NGINX_CONFIG})
    execute_process(
      COMMAND bash -c ". ./conf_flags && ./configure \"\${NGX_CONF_FLAGS[@]}\" --builddir='${SEGUE_NGINX_CONFIG}'"
      WORKING_DIRECTORY ${SEGUE_NGINX_SOURCE} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "nginx's configure failed:\n${output}")
    endif()
    file(TOUCH ${stamp})
  endif()
  set(SEGUE_NGINX ON)
endif()

# Lets a target include nginx's headers.
function(segue_nginx_headers name)
  set(source ${SEGUE_NGINX_SOURCE}/src)
  target_include_directories(${name} SYSTEM PRIVATE ${SEGUE_NGINX_CONFIG} ${source}/core ${source}/event ${source}/event/modules
    ${source}/os/unix ${source}/http ${source}/http/modules ${source}/http/v2)
  target_compile_definitions(${name} PRIVATE _GNU_SOURCE) # nginx's own headers set it, too late behind any other
  # nginx 1.26, of Debian 13: its headers name these.
  foreach(folder event/quic http/v3)
    if(EXISTS ${source}/${folder})
      target_include_directories(${name} SYSTEM PRIVATE ${source}/${folder})
    endif()
  endforeach()
endfunction()

function(segue_nginx_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  if(NOT SEGUE_NGINX)
    return()
  endif()
  # What nginx looks up in the file: the module, its name, its place among filters (none: not a filter).
  file(CONFIGURE OUTPUT ${name}_list.c @ONLY CONTENT [[
#include <ngx_config.h>
#include <ngx_core.h>
extern ngx_module_t @name@;
ngx_module_t *ngx_modules[] = {&@name@, NULL};
char *ngx_module_names[] = {"@name@", NULL};
char *ngx_module_order[] = {NULL};
]])
  file(CONFIGURE OUTPUT ${name}.map @ONLY CONTENT "{ global: ngx_modules; ngx_module_names; ngx_module_order; local: *; };\n")

  add_library(${name} MODULE ${ARG_UNPARSED_ARGUMENTS} ${CMAKE_CURRENT_BINARY_DIR}/${name}_list.c)
  target_link_libraries(${name} PRIVATE segue_flags ${ARG_DEPENDS})
  segue_nginx_headers(${name})
  # Symbols of our libraries stay ours: several modules of one nginx each bring their own copy.
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--version-script=${CMAKE_CURRENT_BINARY_DIR}/${name}.map)
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${SEGUE_MODULES_FOLDER})
  add_dependencies(product ${name})
  install(TARGETS ${name} DESTINATION lib/segue/modules)
endfunction()
