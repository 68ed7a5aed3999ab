"""Facts about France, dated and without network: places, services, names of programmes."""
