"""What people see: layouts, components, styles, icons and the gallery; built by `haidang.ui.build`."""
