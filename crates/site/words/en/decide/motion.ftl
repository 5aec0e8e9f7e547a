# Motions
ballot-mode-hands = by show of hands
ballot-mode-signed = each signs a choice
ballot-mode-household_signed = one signs for each household
ballot-mode-secret = by secret ballot
