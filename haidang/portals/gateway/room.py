"""What systems may do at the gateway, and who may register such a system's rights."""

from haidang.kernel.room import Permission, Room

ROOM = Room(
    name="gateway",
    title="Cổng kết nối",
    title_en="Gateway",
    wing="government",
    permissions={
        "use_fhir": Permission("Đọc và ghi hồ sơ qua FHIR", roles=("client",)),
        "authorize_app": Permission(
            "Cho phép ứng dụng thay mặt mình",
            roles=("citizen", "nurse", "midwife", "doctor", "pharmacist", "station_head"),
        ),
        "merge_people": Permission("Gộp và tách hồ sơ của một người qua FHIR"),
        "reindex": Permission("Đọc lại giá trị tìm kiếm của mọi bản ghi"),
        "purge_people": Permission("Xoá vĩnh viễn hồ sơ của một người qua FHIR"),
        "see_whole_city": Permission("Thấy hồ sơ của cả thành phố qua FHIR"),
    },
)
