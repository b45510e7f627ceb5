"""The authorisation server as other systems and people meet it (SMART App Launch)."""
