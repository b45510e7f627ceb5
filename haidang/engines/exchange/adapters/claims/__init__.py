"""The health-insurance claims dossier (hồ sơ thanh toán BHYT, QĐ 130/4750/3176): read, check, write.

reader.read(bytes)              -> File: sender, dossiers, problems
validate.check(dossier, lists)  -> every Problem at once
writer.write(dossiers, …)       -> bytes of a file the gateway accepts
tables.form("3176")             -> the fields of every table, from `reference/claims-fields/`
"""
