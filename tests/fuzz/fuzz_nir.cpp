// NIR files: raw HDF5, or, where the bytes do not begin like it, a text that says what to write
// (tests/hdf5_text.hpp). Raw bytes mostly test the HDF5 library, texts the reader.

#include <optional>

#include "models/network/nir.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/sound_hdf5.hpp"
#include "tests/hdf5_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = spikeloom_fuzz::path_of("nir"), copy = spikeloom_fuzz::path_of("copy");
  const bool is_raw = size > 0 && data[0] == 0x89;
  std::optional<spikeloom_fuzz::SoundHdf5> sound;
  if (is_raw) {
    spikeloom_fuzz::file_of("nir", data, size);
  } else {
    sound.emplace();
    spikeloom_test::write_hdf5_text({data, data + size}, path);
  }
  bool written = false;
  spikeloom_fuzz::read_or_refuse([&] {
    spikeloom::write_nir(spikeloom::read_nir(path), copy);
    written = true;
  });
  if (written) spikeloom::read_nir(copy);  // what we write we can read
  return 0;
}
