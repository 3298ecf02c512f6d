//! `site.yaml`, variables and flags -> `Config`.
