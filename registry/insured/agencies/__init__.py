"""Exchange with other departments: civil registry (ЗАГС), СФР, ФНС, military commissariats, СВПДП."""
