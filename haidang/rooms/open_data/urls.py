"""Addresses of the room."""

app_name = "open_data"
urlpatterns = []
