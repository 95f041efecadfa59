// Starts a halted machine over the network: the magic packet of Wake-on-LAN.
//
// Six bytes of ff and sixteen times the hardware address, 102 bytes, as a UDP broadcast. A network
// card that was told to listen looks for nothing else, so address and port hardly matter: 9, the
// port that discards, by custom. Nobody answers; whether it worked is heard from the machine
// itself.
//
// It goes out on every interface that broadcasts, since a node in several networks cannot know
// which of them a hardware address is in.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::host {

using magic_packet = std::array<std::uint8_t, 102>;

/// For "aa:bb:cc:dd:ee:ff" or with dashes; absent if it is neither.
std::optional<magic_packet> make_magic_packet(std::string_view hardware_address);

/// To the broadcast address of every interface; what went wrong, if it left by none.
std::optional<std::string> wake_on_lan(std::string_view hardware_address, std::uint16_t port = 9);

/// To one address, such as "10.0.0.255".
std::optional<std::string> send_magic_packet(const magic_packet&, const std::string& broadcast,
                                             std::uint16_t port);

}  // namespace holdover::host
