"""The patient summary (bản tóm tắt sức khoẻ): what whoever cares for a person next must know.

An International Patient Summary (HL7 IPS, hl7.org/fhir/uv/ips) made from the record on the day: as a
FHIR document, as a page and as a PDF, in Vietnamese or English. `selection` decides what belongs
in it, `slimming` what of each resource, `reading` how it is put into words.
"""
