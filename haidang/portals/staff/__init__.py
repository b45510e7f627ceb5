"""Where those who care for people begin their day: clinics and stations, tablet first."""
