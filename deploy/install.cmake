# `cmake --install` beyond the binary: units, settings, documentation. Run at install time, so that --prefix and the
# package's /usr both end up in the paths written into the units. Templates, migrations and static files are in the binary.
set(BONGSU_BIN ${CMAKE_INSTALL_PREFIX}/bin)
set(BONGSU_SBIN ${CMAKE_INSTALL_PREFIX}/sbin)
set(BONGSU_DOC ${CMAKE_INSTALL_PREFIX}/share/doc/bongsu)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(BONGSU_ETC /etc)
else()
  set(BONGSU_ETC ${CMAKE_INSTALL_PREFIX}/etc)
endif()
set(units ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
set(made ${BONGSU_BUILD}/install)
foreach(name bongsu.service bongsu-backup.service bongsu-doctor.service bongsu-daily bongsuctl)
  configure_file(${BONGSU_SOURCE}/deploy/systemd/${name}.in ${made}/${name} @ONLY)
endforeach()
file(INSTALL ${made}/bongsu.service ${made}/bongsu-backup.service ${made}/bongsu-doctor.service
  ${BONGSU_SOURCE}/deploy/systemd/bongsu-backup.timer ${BONGSU_SOURCE}/deploy/systemd/bongsu-doctor.timer
  DESTINATION ${units} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(INSTALL ${made}/bongsu-daily ${made}/bongsuctl DESTINATION ${BONGSU_SBIN}
  PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
file(INSTALL ${BONGSU_SOURCE}/README.md ${BONGSU_SOURCE}/README.ko.md ${BONGSU_SOURCE}/deploy/nginx.conf
  ${BONGSU_SOURCE}/deploy/postgres.md ${BONGSU_SOURCE}/deploy/upgrade.md ${BONGSU_SOURCE}/deploy/config.ini.example
  DESTINATION ${BONGSU_DOC})
file(INSTALL ${BONGSU_SOURCE}/LICENSE DESTINATION ${BONGSU_DOC} RENAME copyright)
if(NOT EXISTS "$ENV{DESTDIR}${BONGSU_ETC}/bongsu/config.ini") # settings of an earlier installation stay
  file(INSTALL ${BONGSU_SOURCE}/deploy/config.ini.example DESTINATION ${BONGSU_ETC}/bongsu RENAME config.ini)
endif()
