# 议案
ballot-mode-hands = 举手表决
ballot-mode-signed = 署名表决
ballot-mode-household_signed = 各户签字表决
ballot-mode-secret = 无记名投票
