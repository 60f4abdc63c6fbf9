// netx files: raw HDF5, or a text that says what to write (tests/hdf5_text.hpp).

#include <optional>

#include "models/lowering/netx.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/sound_hdf5.hpp"
#include "tests/hdf5_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = spikeloom_fuzz::path_of("netx");
  const bool is_raw = size > 0 && data[0] == 0x89;
  std::optional<spikeloom_fuzz::SoundHdf5> sound;
  if (is_raw) {
    spikeloom_fuzz::file_of("netx", data, size);
  } else {
    sound.emplace();
    spikeloom_test::write_hdf5_text({data, data + size}, path);
  }
  spikeloom::Arithmetic loihi;
  loihi.weight_format = spikeloom::WeightFormat::Loihi;
  loihi.weight_exponent_min = -8;
  for (const spikeloom::Arithmetic& arithmetic : {spikeloom::Arithmetic{}, loihi})
    spikeloom_fuzz::read_or_refuse([&] { spikeloom::read_netx(path, arithmetic); });
  return 0;
}
